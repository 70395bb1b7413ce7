#!/usr/bin/env bash
# A first session with curl and openssl: signs as RPC v1 does (HMAC-SHA1 over the sorted query).
set -euo pipefail
endpoint=${CROSSCONNECT_ENDPOINT:-http://127.0.0.1:8480}

encode() { # RFC 3986
  local LC_ALL=C text=$1 out= i c
  for ((i = 0; i < ${#text}; i++)); do
    c=${text:i:1}
    case $c in
      [a-zA-Z0-9._~-]) out+=$c ;;
      *) printf -v c '%%%02X' "'$c" && out+=$c ;;
    esac
  done
  printf %s "$out"
}

call() { # call Action Name=value …
  local action=$1 query='' name value signature
  shift
  while IFS='=' read -r name value; do
    query+="&$(encode "$name")=$(encode "$value")"
  done < <(printf '%s\n' "Action=$action" Version=2016-04-28 AccessKeyId=testak SignatureMethod=HMAC-SHA1 \
    SignatureVersion=1.0 "SignatureNonce=$(openssl rand -hex 16)" "Timestamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    RegionId=cn-hangzhou "$@" | LC_ALL=C sort)
  query=${query:1}
  signature=$(printf %s "GET&%2F&$(encode "$query")" | openssl dgst -sha1 -hmac 'testsk&' -binary | base64)
  curl --silent --show-error --include "$endpoint/?$query&Signature=$(encode "$signature")"
  echo
}

call DescribeAccessPoints PageSize=1
call DescribePhysicalConnections
call CancelPhysicalConnection PhysicalConnectionId=pc-unknown
