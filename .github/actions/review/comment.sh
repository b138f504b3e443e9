#!/bin/sh
# Writes $COMMENT as a comment of the pull request $NUMBER; our own that is there already is updated in place.
# A token that may not write, as in pull requests of forks, is no failure: the review is in the summary of the job.
set -eu
marker='<!-- topicwright-review -->'
comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
# The token of a job may not ask who it is: it is this one.
author=$(gh api user --jq .login 2>/dev/null) || author='github-actions[bot]'
own=".[] | select(.user.login == \"$author\") | select(.body | startswith(\"$marker\")) | .id"
known=$(gh api --paginate "$comments" --jq "$own" | head -n 1) || known=''
if [ -n "$known" ]; then
    set -- --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known"
else
    set -- --method POST "$comments"
fi
gh api "$@" --field "body=@$COMMENT" >/dev/null ||
    echo "::notice::the review is in the summary of the job: the token may not write a comment"
