# shellcheck shell=bash
# Source it: text_files prints the project's own text files, those that git
# knows, or in a tree without git all but the build folders.
text_files () {
  if git -c safe.directory='*' rev-parse --git-dir >/dev/null 2>&1; then
    git -c safe.directory='*' ls-files --cached --others --exclude-standard
  else
    find . -type f -not -path './build*' -not -path './.git/*' -printf '%P\n'
  fi | sort | xargs -d '\n' grep -Ils . || true
}
