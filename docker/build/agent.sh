#!/bin/sh
# Installs the agent of PyPI into /opt/hermes/.venv, owned by root, with the programs that it calls.
#
# AGENT is a requirement as pip takes it (`hermes-agent==0.19.0`), AGENT_EXTRAS the names of its extras with commas
# between them, and AGENT_NODE `yes` adds Node, which the agent's `--tui` runs on. A build secret `ca` is the
# certificate file of your own authority, and `pip.conf` a configuration of pip.
set -eu
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
venv=/opt/hermes/.venv

refuse() {
  echo "✗ $1" >&2
  exit 1
}

case $AGENT in
  *[!a-zA-Z0-9._=\<\>~!,-]* | -*) refuse "Cannot install the agent '$AGENT': write a requirement without extras, such as hermes-agent==0.19.0" ;;
esac
case $AGENT_EXTRAS in
  *[!a-z0-9,-]*) refuse "Cannot install the extras '$AGENT_EXTRAS': write their names with commas between them" ;;
esac
name=${AGENT%%[=<>~!,]*}
requirement="$name${AGENT_EXTRAS:+[$AGENT_EXTRAS]}${AGENT#"$name"}"
if [ -e /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi
if [ -e /run/secrets/pip.conf ]; then export PIP_CONFIG_FILE=/run/secrets/pip.conf; fi

apt-get -qq -o Acquire::Retries=3 update
# The time zones are those of the system, and so are the certificates of some of the agent's platforms.
# shellcheck disable=SC2046 # nothing, or a package name
apt-get -qq install --yes --no-install-recommends python3 python3-venv ca-certificates tzdata git openssh-client \
  ripgrep $([ "${AGENT_NODE-}" != yes ] || echo nodejs)
rm -rf /var/lib/apt/lists/*

python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --retries 5 "$requirement"
[ -x "$venv/bin/hermes" ] || refuse "'$requirement' has no program 'hermes'"
# The agent looks for this mark beside its code: `hermes update` explains how an image is updated instead of running
# pip.
code=$("$venv/bin/python" -c 'import pathlib, hermes_cli; print(pathlib.Path(hermes_cli.__file__).parent.parent)')
echo docker >"$code/.install_method"
