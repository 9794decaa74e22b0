import type { TreeOptions } from "./s6-tree.ts";

export const HERMES_UID = 10_000;

const PREPARE = `
for file in passwd group; do
  sed '/^hermes:/d' "/etc/$file" >"$TREE/$file"
done
echo 'hermes:x:${HERMES_UID}:${HERMES_UID}::/opt/data:/bin/sh' >>"$TREE/passwd"
echo 'hermes:x:${HERMES_UID}:' >>"$TREE/group"
for file in passwd group; do
  mount --bind "$TREE/$file" "/etc/$file"
done
mount --bind "$TREE/bin" /usr/local/bin
mkdir -p /run/hermes /run/hermes-alias /run/hermes-boot "$TREE/scan/registrar"
chown ${HERMES_UID}:${HERMES_UID} /run/hermes "$TREE/home"
printf '#!/bin/sh\\ncd / && umask 022 && exec /usr/local/bin/hermes-boot service registrar >&3 3>&-\\n' >"$TREE/scan/registrar/run"
chmod 755 "$TREE/scan/registrar/run"
echo 3 >"$TREE/scan/registrar/notification-fd"
`;

/**
 * A tree as the image has it: user hermes owns the volume and `/run/hermes`, root owns the scan directory,
 * the executable is in `/usr/local/bin`, and the registrar runs.
 */
export const IMAGE_LIKE: TreeOptions = {
  bin: "/usr/local/bin",
  env: {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/hermes-alias",
  },
  prepare: PREPARE,
};
