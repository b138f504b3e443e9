#!/bin/sh
# Writes $COMMENT as a comment of the pull request $NUMBER; the one that is there already is updated in place.
set -eu
marker='<!-- topicwright-review -->'
comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
known=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
if [ -n "$known" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$COMMENT" >/dev/null
else
    gh api --method POST "$comments" --field "body=@$COMMENT" >/dev/null
fi
