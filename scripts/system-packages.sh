#!/usr/bin/env bash
# Installs the Debian packages that the product (fonts) or its tests (chromium) need, where they are missing.
set -euo pipefail
case "${1:?fonts or chromium}" in
    fonts) probe=(sh -c 'ls /usr/share/fonts/opentype/noto/NotoSerifCJK*.ttc'); packages=(fonts-noto-cjk fonts-noto-cjk-extra) ;;
    chromium) probe=(sh -c 'command -v chromium'); packages=(chromium) ;;
    *) echo "unknown group: $1" >&2; exit 2 ;;
esac
"${probe[@]}" >/dev/null 2>&1 && exit 0
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
if ! command -v apt-get >/dev/null || { [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; }; then
    echo "请先安装系统软件包 (please install): ${packages[*]}" >&2
    exit 1
fi
echo "· installing Debian packages: ${packages[*]}"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
