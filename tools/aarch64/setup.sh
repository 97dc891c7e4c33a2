#!/usr/bin/env bash
# tools/aarch64/setup.sh FOLDER: an AArch64 OpenJDK 25 that runs on x86-64, as FOLDER/java.
#
# From the packages of Debian 12 and 13, as root: qemu-user, and the JRE with its libraries, unpacked below FOLDER
# (340 MB). The lists of packages for arm64 are kept in FOLDER; the machine's own stay as they are.
set -euo pipefail

[[ $# == 1 ]] || { echo "usage: $0 FOLDER" >&2; exit 2; }
folder=$(realpath -m "$1")
suite=trixie # the first with an OpenJDK 25

[[ -x $folder/java ]] && exit 0

host_tools() {
  apt-get install -y -qq --no-install-recommends qemu-user >/dev/null
}

# apt with a state of its own, for arm64, from the same source and with the same key as the machine's.
foreign_apt() {
  local command=$1
  shift
  apt-get -qq -o Dir::State="$folder/apt" -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache" \
    -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/apt/sources" \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Sandbox::User=root -o Acquire::Languages=none "$command" "$@"
}

download() {
  mkdir -p "$folder"/{packages,apt/{sources,lists/partial,cache/archives/partial}}
  local uri key
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $(. /etc/os-release; echo "$VERSION_CODENAME")" | head -1)
  key=$(dpkg -L debian-archive-keyring | grep '/debian-archive-keyring.gpg$')
  cat >"$folder/apt/sources/arm64.sources" <<EOF
Types: deb
URIs: $uri
Suites: $suite
Components: main
Architectures: arm64
Signed-By: $key
EOF
  : >"$folder/apt/status"
  foreign_apt update
  (cd "$folder/packages" && foreign_apt download openjdk-25-jre-headless libc6 libgcc-s1 libstdc++6 zlib1g \
    libjpeg62-turbo liblcms2-2) # the last two for images
}

unpack() {
  local package link
  for package in "$folder"/packages/*.deb; do
    dpkg -x "$package" "$folder/root"
  done
  [[ -e $folder/root/lib ]] || ln -s usr/lib "$folder/root/lib"
  find "$folder/root" -type l -lname '/*' | while read -r link; do # absolute links would lead to the host's files
    ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$folder/root$(readlink "$link")")" "$link"
  done
}

# cortex-a76 has vector units like an Apple M1: 128 bits, no SVE.
wrapper() {
  cat >"$folder/java" <<EOF
#!/usr/bin/env bash
exec qemu-aarch64 -cpu cortex-a76 -L "$folder/root" "$folder/root/usr/lib/jvm/java-25-openjdk-arm64/bin/java" "\$@"
EOF
  chmod +x "$folder/java"
}

host_tools
download
unpack
wrapper
"$folder/java" -version
