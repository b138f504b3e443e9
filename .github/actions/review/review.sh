#!/bin/sh
# Reviews the catalog against a git ref: annotations to the log, Markdown to $COMMENT and to the summary of the job.
set -u
against="${AGAINST:-}"
if [ -z "$against" ]; then
    against="${BASE:?no base to compare with: give the input against}"
    # A shallow checkout does not have the base yet.
    git cat-file -e "$against^{commit}" 2>/dev/null || git fetch --quiet --depth=1 origin "$against" || exit 2
fi
set -- --against "$against" --fail-on "${FAIL_ON:-breaking}" --format github --format "markdown=$COMMENT"
set -- "$@" --format "json=$COMMENT.json"
[ -z "${SARIF:-}" ] || set -- "$@" --format "sarif=$SARIF"
# Several paths are divided by spaces.
# shellcheck disable=SC2086
topicwright diff ${PATHS:-} "$@"
status=$?
if [ -f "$COMMENT" ]; then
    severity=$(sed -n 's/^## Schema review: //p' "$COMMENT" | head -n 1)
    echo "severity=$severity" >>"${GITHUB_OUTPUT:-/dev/null}"
    cat "$COMMENT" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
exit $status
