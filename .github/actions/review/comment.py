"""Writes the file $COMMENT as a comment of the pull request $NUMBER; our own that is there already is updated in place.

A token that may not write, as in pull requests of forks, is no failure: the review is in the summary of the job.
It is run isolated (``-I``), so that nothing of the checkout is imported.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

MARKER = "<!-- topicwright-review -->"
PAGES = 50
SECONDS = 30


def call(method: str, path: str, body: object = None) -> Any:
    """Return the answer of the API; raise OSError where there is none, or it refuses."""
    headers = {
        "Authorization": f"Bearer {os.environ['GH_TOKEN']}",
        "Accept": "application/vnd.github+json",
        "Content-Type": "application/json",
        "User-Agent": "topicwright-review",
    }
    url = os.environ.get("GITHUB_API_URL", "https://api.github.com") + path
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def author() -> str:
    """Return who writes: a token of a job may not ask, and is the bot of Actions."""
    try:
        return call("GET", "/user")["login"]
    except urllib.error.HTTPError:
        return "github-actions[bot]"


def own(comments: str, login: str) -> int | None:
    """Return the id of our comment: anyone may write the marker, so the author decides; None where there is none."""
    for page in range(1, PAGES + 1):
        found = call("GET", f"{comments}?per_page=100&page={page}")
        for comment in found:
            if (comment.get("user") or {}).get("login") == login and comment["body"].startswith(MARKER):
                return comment["id"]
        if len(found) < 100:
            break
    return None


def main() -> int:
    """Write the comment; a notice says why there is none."""
    body = {"body": Path(os.environ["COMMENT"]).read_text(encoding="utf-8")}
    repository = "/repos/" + urllib.parse.quote(os.environ["GITHUB_REPOSITORY"])
    comments = f"{repository}/issues/{int(os.environ['NUMBER'])}/comments"
    try:
        if not os.environ.get("GH_TOKEN"):
            raise OSError("there is no token")
        known = own(comments, author())
        if known is None:
            call("POST", comments, body)
        else:
            call("PATCH", f"{repository}/issues/comments/{int(known)}", body)
    except OSError as error:  # HTTPError, URLError and time-outs are of this kind
        reason = str(error).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        print(f"::notice::the review is in the summary of the job: no comment is written ({reason})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
