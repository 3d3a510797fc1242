"""Asks the shop's table all that it was made for, with boto3. Prints what questions.ts prints."""

import os

import boto3
from boto3.dynamodb.conditions import Key

# boto3 reads the variable itself since 1.28.
table = boto3.resource("dynamodb", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")).Table("Shop")


def query(**options):
    """All items: a page ends at 1 MB, and there may be more behind it."""
    while True:
        page = table.query(**options)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        options["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def print_order(letter, order):
    _, date, number = order["SK"].split("#")
    print(letter, date, number, order["total"])


ada = table.get_item(Key={"PK": "CUST#c1", "SK": "PROFILE"})["Item"]
print("a", ada["name"], ada["email"])

for order in query(KeyConditionExpression=Key("PK").eq("CUST#c1") & Key("SK").begins_with("ORDER#"), ScanIndexForward=False):
    print_order("b", order)

for item in query(KeyConditionExpression=Key("PK").eq("CUST#c1")):
    print("c", item["SK"])

for line in query(KeyConditionExpression=Key("PK").eq("ORDER#1003")):
    print("d", line["quantity"], line["product"])

waiting = [
    order for key in range(4) for order in query(IndexName="OpenOrders", KeyConditionExpression=Key("open").eq(f"OPEN#{key}"))
]
for order in sorted(waiting, key=lambda order: order["SK"]):
    print_order("e", order)
