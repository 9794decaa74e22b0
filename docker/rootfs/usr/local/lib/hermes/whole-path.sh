# shellcheck shell=sh
# To be sourced: makes a PATH that somebody replaced whole again, with what the image needs behind what was given.
# shellcheck disable=SC2123 # it is the search path that is meant
case ":${PATH-}:" in
  *:/command:*) ;;
  *) PATH="/command${PATH:+:$PATH}" ;;
esac
for directory in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /run/hermes-alias; do
  case ":$PATH:" in
    *":$directory:"*) ;;
    *) PATH="$PATH:$directory" ;;
  esac
done
unset directory
export PATH
