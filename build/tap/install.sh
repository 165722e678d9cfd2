#!/bin/sh
# Installs this archive on a Raspberry Pi or another Debian computer: sudo ./install.sh. Run again, it updates.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=${TAPTILL_INSTALL_ROOT:-}
version=$(cat "$here/VERSION")

say() { echo "taptill-tap: $*"; }
# Whole or not at all, also in a power cut.
put() { # put SOURCE TARGET MODE
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2.new" && chmod "$3" "$2.new" && sync "$2.new" && mv "$2.new" "$2" && sync "$(dirname "$2")"
}

if [ -z "$root" ] && [ "$(id -u)" != 0 ]; then
  say "run this as root: sudo ./install.sh" >&2
  exit 1
fi
(cd "$here" && sha256sum --quiet --check SHA256SUMS) || { say "this archive is damaged; copy it again" >&2; exit 1; }

if [ -z "$root" ]; then
  for program in gpioset gpiomon setpriv pcscd systemd-notify; do
    command -v "$program" >/dev/null || missing="${missing:-} $program"
  done
  if [ -n "${missing:-}" ]; then
    say "missing programs:$missing; first run: apt-get install gpiod pcscd libccid util-linux systemd" >&2
    exit 1
  fi
  getent group gpio >/dev/null || groupadd --system gpio
  id taptill-tap >/dev/null 2>&1 || useradd --system --user-group --home-dir /nonexistent --shell /usr/sbin/nologin taptill-tap
fi

target="$root/opt/taptill-tap-$version"
rm -rf "$target.new"
mkdir -p "$target.new"
cp -R "$here/." "$target.new/"
rm -rf "$target"
mv "$target.new" "$target"
ln -sfn "taptill-tap-$version" "$root/opt/taptill-tap.new"
mv -T "$root/opt/taptill-tap.new" "$root/opt/taptill-tap"
sync

put "$here/systemd/taptill-tap.service" "$root/etc/systemd/system/taptill-tap.service" 644
put "$here/systemd/50-taptill-tap.rules" "$root/etc/polkit-1/rules.d/50-taptill-tap.rules" 644
[ -e "$root/etc/taptill/tap.json" ] || put "$here/tap.json" "$root/etc/taptill/tap.json" 644

# A Pi's kernel keeps an output driven after its holder is gone, unless it is told not to.
boot="$root/boot/firmware/config.txt"
[ -e "$boot" ] || boot="$root/boot/config.txt"
if [ -e "$boot" ] && ! grep -q '^dtparam=.*strict_gpiod' "$boot"; then
  { cat "$boot"; printf '\n[all]\n# Taptill: a line that nobody holds is an input again, so its valve closes.\ndtparam=strict_gpiod\n'; } >"$boot.new"
  sync "$boot.new" && mv "$boot.new" "$boot" && sync
  say "added dtparam=strict_gpiod to $boot: restart this computer before the tap sells"
fi

if [ -z "$root" ]; then
  systemctl daemon-reload
  systemctl enable taptill-tap.service
  systemctl restart taptill-tap.service
fi
say "version $version is installed; its wiring is in /etc/taptill/tap.json, its words in: journalctl -u taptill-tap"
