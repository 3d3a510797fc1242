#!/usr/bin/env bash
# Asks the shop's table all that it was made for, with the AWS CLI. Prints what questions.ts prints.
set -euo pipefail

# The AWS CLI reads the variable itself since versions 2.13 and 1.29.
dynamodb() { aws dynamodb "$@" --table-name Shop --output text ${AWS_ENDPOINT_URL_DYNAMODB:+--endpoint-url "$AWS_ENDPOINT_URL_DYNAMODB"}; }

# Of ORDER#date#number and a total, separated by tabs: what is between them.
orders() { sed -E "s/^ORDER#(.*)#(.*)\t/$1 \1 \2 /"; }

dynamodb get-item --key '{"PK":{"S":"CUST#c1"},"SK":{"S":"PROFILE"}}' --query '[Item.name.S, Item.email.S]' | tr '\t' ' ' | sed 's/^/a /'

dynamodb query --no-scan-index-forward --key-condition-expression 'PK = :c AND begins_with(SK, :o)' \
  --expression-attribute-values '{":c":{"S":"CUST#c1"},":o":{"S":"ORDER#"}}' --query 'Items[].[SK.S, total.N]' | orders b

dynamodb query --key-condition-expression 'PK = :c' --expression-attribute-values '{":c":{"S":"CUST#c1"}}' --query 'Items[].[SK.S]' | sed 's/^/c /'

dynamodb query --key-condition-expression 'PK = :o' --expression-attribute-values '{":o":{"S":"ORDER#1003"}}' \
  --query 'Items[].[quantity.N, product.S]' | tr '\t' ' ' | sed 's/^/d /'

for key in 0 1 2 3; do
  dynamodb query --index-name OpenOrders --key-condition-expression '#open = :open' --expression-attribute-names '{"#open":"open"}' \
    --expression-attribute-values "{\":open\":{\"S\":\"OPEN#$key\"}}" --query 'Items[].[SK.S, total.N]'
done | grep . | sort | orders e
