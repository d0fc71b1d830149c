# Make the two secrets of the store, in a folder that only you can enter.
set -eu
mkdir -p -m 700 "$1"
cd "$1"
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > store_password
hash=$(sha256sum store_password | cut -c -64)
echo "user default on #$hash ~* resetchannels -@all +get +set +delifeq +incr" \
    > store_users
