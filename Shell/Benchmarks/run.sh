#!/usr/bin/env bash
# Fairlead beside nginx, HAProxy, YARP and Caddy: Shell/Benchmarks/run.sh [--rounds N] [--seconds S] [scenario…]
# Installs what is missing from Debian's packages, builds everything, measures, and writes side-by-side/RESULTS.md, results.json and results.svg.
# "run.sh profile" instead makes what native builds are compiled with, the profile Shell/Console/fairlead.mibc and the order of methods fairlead.order: after changes to the way of a request.
# Wants two cores: the proxy under test has the first, the load generator and the origins have the second.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

missing=()
for pair in nginx:nginx haproxy:haproxy wrk:wrk caddy:caddy h2load:nghttp2-client ab:apache2-utils openssl:openssl taskset:util-linux; do
    command -v "${pair%%:*}" > /dev/null || missing+=("${pair##*:}")
done
[ "${1:-}" != profile ] || command -v perf > /dev/null || missing+=(linux-perf)
if [ ${#missing[@]} -gt 0 ]; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

out=$PWD/bin/side-by-side
dotnet publish ../Console -c Release -r linux-x64 --self-contained false -p:PublishSingleFile=false -o "$out/jit" -v q
dotnet publish ../Console -c Release -r linux-x64 -p:PublishAot=true -o "$out/aot" -v q
dotnet publish side-by-side/yarp -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o "$out/yarp" -v q
dotnet build Fairlead.Benchmarks.csproj -c Release -v q
if [ "${1:-}" = profile ]; then
    dotnet bin/Release/net10.0/Fairlead.Benchmarks.dll profile "$out"
    dotnet publish ../Console -c Release -r linux-x64 -p:PublishAot=true -o "$out/aot" -v q
    exec dotnet bin/Release/net10.0/Fairlead.Benchmarks.dll order "$out"
fi
exec dotnet bin/Release/net10.0/Fairlead.Benchmarks.dll side-by-side "$out" "$@"
