#!/bin/sh
# Makes certificates of an organisation's own PKI, for trying out `pki:` in config.yaml. Not for production: the CA's key
# lies unprotected beside the rest.
#
#   certs/dev.sh acme.example [HOST_OR_ADDRESS ...]
#
# writes acme.example.ca.pem, acme.example.ca.key, acme.example.pem and acme.example.key into the folder of this script,
# or into $OUT.
set -eu

[ $# -ge 1 ] || { echo "usage: certs/dev.sh ORG_ID [HOST_OR_ADDRESS ...]" >&2; exit 2; }
id=$1
shift
out=${OUT:-$(dirname "$0")}
names="URI:urn:counterfoil:$id,DNS:localhost,IP:127.0.0.1"
for host in "$@"; do
  case $host in
    *:* | [0-9]*.[0-9]*.[0-9]*.[0-9]*) names="$names,IP:$host" ;;
    *) names="$names,DNS:$host" ;;
  esac
done
umask 077

openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 3650 -subj "/O=$id/CN=$id development CA" \
  -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout "$out/$id.ca.key" -out "$out/$id.ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -sha256 -nodes -subj "/O=$id/CN=$id" \
  -keyout "$out/$id.key" -out "$out/$id.csr.pem" 2>/dev/null
extensions="$out/$id.extensions.pem"
cat > "$extensions" <<END
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=$names
END
openssl x509 -req -in "$out/$id.csr.pem" -CA "$out/$id.ca.pem" -CAkey "$out/$id.ca.key" -CAcreateserial -days 90 \
  -sha256 -extfile "$extensions" -out "$out/$id.pem" 2>/dev/null
rm -f "$out/$id.csr.pem" "$extensions" "$out/$id.ca.srl"

echo "pki: { ca: $out/$id.ca.pem, certificate: $out/$id.pem, key: $out/$id.key }"
