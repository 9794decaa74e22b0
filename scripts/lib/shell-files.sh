# shellcheck shell=bash
# Finds the shell scripts of the repository: by their first line, since most have no file name extension, and by `.sh`
# for those that are only sourced.

shell_files() {
  project_files -exec awk '
    FNR == 1 && (/^#!.*[\/ ](sh|bash|dash)( |$)/ || FILENAME ~ /\.sh$/) { print FILENAME }
    { nextfile }' {} +
}

project_files() {
  find . \( -name .git -o -name node_modules -o -name dist \) -prune -o -type f "$@"
}

# Checks that a script with `#!` has its run bit, and that no script has carriage returns or a byte order mark.
check_script_files() {
  local file rc=0
  while read -r file; do
    if [ ! -x "$file" ]; then echo "$file: starts with #! and has no run bit (chmod +x $file)" && rc=1; fi
  done < <(project_files -exec awk 'FNR == 1 && /^#!/ { print FILENAME } { nextfile }' {} +)
  while read -r file; do
    if grep -qP '\r$|^\xEF\xBB\xBF' "$file"; then echo "$file: has a carriage return or a byte order mark" && rc=1; fi
  done < <(shell_files)
  return "$rc"
}

# The scripts that the executable writes into slots, as it renders them.
check_rendered_slots() {
  local directory=dist/slots files
  rm -rf -- "$directory"
  "$BUN" scripts/lib/rendered-slots.ts "$directory" || return
  mapfile -t files < <(find "$directory" -type f)
  shellcheck "${files[@]}" && shfmt -d "${files[@]}"
}
