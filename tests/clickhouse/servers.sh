#!/usr/bin/env bash
# Two ClickHouse servers on 127.0.0.1, each a shard of the cluster `two`, in a folder of their own:
# Debian's packages, unpacked and not installed, so that no service of the machine is touched.
#
#   servers.sh fetch FOLDER       downloads and unpacks the packages; does nothing if they are there
#   servers.sh start FOLDER [N]   starts both, or the N-th (1 or 2), and waits until they answer
#   servers.sh clear FOLDER       ends both, and forgets what they had: a server that finds tables of a
#                                 cluster waits for the other one when it starts
#   servers.sh stop FOLDER [N]    ends what was started, by process id, and waits until it is gone
#   servers.sh kill FOLDER [N]    the same, without a chance to write anything
#   servers.sh urls FOLDER        their HTTP addresses, separated by a comma
#
# FOLDER/N has a server's configuration, its data and its process id. The ports are chosen when a
# folder is first started, among those that are free, and stay. `default` has no password; the user
# `guarded` has one: `open sesame`.
set -euo pipefail

fail() {
  printf 'servers.sh: %s\n' "$*" >&2
  exit 1
}

[[ $# == 2 || $# == 3 ]] || fail "expected fetch, start, stop, kill or urls, a folder, and 1 or 2"
command=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
servers=(1 2)
if [[ $# == 3 ]]; then
  [[ $3 == [12] ]] || fail "no server is called $3, expected 1 or 2"
  servers=("$3")
fi

# What clickhouse-server needs of this machine's architecture and what is not installed.
packages() {
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances clickhouse-server clickhouse-common 2>/dev/null |
    grep -E '^(lib[^:]*|clickhouse-(server|common))$' | sort -u | while read -r package; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      echo "$package"
  done
}

fetch() {
  [[ ! -e $folder/root/.complete ]] || return 0
  local names package work=$folder/fetch
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    fail "the servers are Debian's packages, and here is no apt-get"
  names=$(packages)
  # The package lists may be absent or old: fetched only when the first attempt needs it.
  if [[ $names != *clickhouse-server* ]]; then
    apt-get -qq update >/dev/null 2>&1 || true
    names=$(packages)
  fi
  [[ $names == *clickhouse-server* ]] || fail "Debian has no package clickhouse-server here"
  echo "servers.sh: clickhouse-server of Debian" >&2
  rm -rf "$work" "$folder/root"
  mkdir -p "$work" "$folder/root"
  # An archive is read by another user than root, which may not see the folder: root reads it then.
  # shellcheck disable=SC2086 # one word, one package
  (cd "$work" && { apt-get -qq -o APT::Sandbox::User=root download $names ||
    { apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download $names; }; }) \
    >"$folder/fetch.log" 2>&1 ||
    fail "apt-get could not download clickhouse-server: $(tail -n 1 "$folder/fetch.log")"
  for package in "$work"/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
  rm -rf "$work"
  touch "$folder/root/.complete"
}

# Six ports that nobody listens at. They are below those that the system gives to clients.
choose_ports() {
  local port ports=()
  while ((${#ports[@]} < 6)); do
    port=$((10000 + RANDOM % 20000))
    [[ " ${ports[*]-} " == *" $port "* ]] || (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
      ports+=("$port")
  done
  echo "${ports[*]}"
}

# Sets http, tcp and interserver to the ports of the N-th server, and peers to the native ones.
read_ports() {
  local ports
  [[ -s $folder/ports ]] || choose_ports >"$folder/ports"
  read -ra ports <"$folder/ports"
  http=${ports[$1 - 1]} tcp=${ports[$1 + 1]} interserver=${ports[$1 + 3]}
  peers=("${ports[2]}" "${ports[3]}")
}

shard() {
  echo "<shard><internal_replication>true</internal_replication><replica><host>127.0.0.1</host>" \
    "<port>$1</port></replica></shard>"
}

configure() {
  local own=$folder/$1 http tcp interserver peers
  read_ports "$1"
  mkdir -p "$own"/{data,tmp,files,format}
  cat >"$own/config.xml" <<XML
<yandex>
  <logger><level>warning</level><log>$own/log</log><errorlog>$own/errors</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>$http</http_port>
  <tcp_port>$tcp</tcp_port>
  <interserver_http_port>$interserver</interserver_http_port>
  <interserver_http_host>127.0.0.1</interserver_http_host>
  <max_connections>100</max_connections>
  <max_concurrent_queries>50</max_concurrent_queries>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <mark_cache_size>100000000</mark_cache_size>
  <path>$own/data/</path>
  <tmp_path>$own/tmp/</tmp_path>
  <user_files_path>$own/files/</user_files_path>
  <format_schema_path>$own/format/</format_schema_path>
  <users_config>$own/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <timezone>UTC</timezone>
  <mlock_executable>false</mlock_executable>
  <remote_servers><two>$(shard "${peers[0]}")$(shard "${peers[1]}")</two></remote_servers>
  <dictionaries_config>none*.xml</dictionaries_config>
</yandex>
XML
  local password
  password=$(printf 'open sesame' | sha256sum)
  cat >"$own/users.xml" <<XML
<yandex>
  <profiles><default>
    <max_memory_usage>4000000000</max_memory_usage>
    <max_threads>2</max_threads>
  </default></profiles>
  <users>
    <default>
      <password></password>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota>
    </default>
    <guarded>
      <password_sha256_hex>${password%% *}</password_sha256_hex>
      <networks><ip>127.0.0.1</ip></networks>
      <profile>default</profile><quota>default</quota>
    </guarded>
  </users>
  <quotas><default><interval>
    <duration>3600</duration>
    <queries>0</queries><errors>0</errors>
    <result_rows>0</result_rows><read_rows>0</read_rows><execution_time>0</execution_time>
  </interval></default></quotas>
</yandex>
XML
}

# answers <port>: whether a server says so over HTTP.
answers() {
  local line
  {
    { printf 'GET /ping HTTP/1.0\r\n\r\n' >&3 && read -r line <&3; } 3<>"/dev/tcp/127.0.0.1/$1"
  } 2>/dev/null && [[ $line == *" 200 "* ]]
}

# runs <N>: whether the process that was started still runs, and is no other under its number.
runs() {
  local pid
  pid=$(cat "$folder/$1/pid" 2>/dev/null) &&
    grep -qzxF -- "--config-file=$folder/$1/config.xml" "/proc/$pid/cmdline" 2>/dev/null
}

start() {
  local own=$folder/$1 http tcp interserver peers attempt
  ! runs "$1" || return 0
  [[ -e $folder/root/.complete ]] || fail "$folder has no packages, fetch them first"
  configure "$1"
  read_ports "$1"
  local libraries=$folder/root/usr/lib
  LD_LIBRARY_PATH=$libraries/$(uname -m)-linux-gnu:$libraries setsid \
    "$folder/root/usr/sbin/clickhouse-server" "--config-file=$own/config.xml" \
    >"$own/out" 2>&1 </dev/null &
  echo $! >"$own/pid"
  for ((attempt = 0; attempt < 600; ++attempt)); do
    if answers "$http"; then return 0; fi
    runs "$1" || ((attempt < 10)) || break
    sleep 0.1
  done
  fail "server $1 does not answer: $(tail -qn 2 "$own/out" "$own/errors" 2>/dev/null)"
}

# end <signal> <N>
end() {
  local attempt
  ! runs "$2" || kill "-$1" "$(cat "$folder/$2/pid")"
  for ((attempt = 0; attempt < 300; ++attempt)); do
    if ! runs "$2"; then
      rm -f "$folder/$2/pid"
      return 0
    fi
    sleep 0.1
  done
  fail "server $2, process $(cat "$folder/$2/pid"), does not end"
}

case $command in
  fetch) fetch ;;
  start) for n in "${servers[@]}"; do start "$n"; done ;;
  clear)
    for n in "${servers[@]}"; do
      end TERM "$n"
      rm -rf "${folder:?}/$n"
    done
    ;;
  stop) for n in "${servers[@]}"; do end TERM "$n"; done ;;
  kill) for n in "${servers[@]}"; do end KILL "$n"; done ;;
  urls)
    urls=()
    for n in "${servers[@]}"; do
      read_ports "$n"
      urls+=("http://127.0.0.1:$http")
    done
    (IFS=,; echo "${urls[*]}")
    ;;
  *) fail "what is $command? Expected fetch, start, clear, stop, kill or urls" ;;
esac
