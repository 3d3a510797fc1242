"""boto3 against the server whose endpoint is the first argument. Run by boto3.test.ts.

Two halves: the low-level client, which speaks attribute values, and the resource, which speaks Python values.
Each function is one step in the life of a table; the first thing that is wrong ends the script with a traceback.
"""

import sys
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config

ENDPOINT = sys.argv[1]
CONFIG = Config(retries={"max_attempts": 0})
QUICKLY = {"Delay": 1, "MaxAttempts": 30}


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def expect_raised(exception, call, **parameters):
    try:
        call(**parameters)
    except exception as raised:
        return raised
    raise AssertionError(f"expected {exception.__name__}")


def order(number):
    return {
        "customer": {"S": "ada"},
        "placedAt": {"S": f"2026-{number:02}-15"},
        "total": {"N": str(number * 10)},
    }


ORDERS = [order(number) for number in range(1, 13)]


def create_table(client):
    client.create_table(
        TableName="Orders",
        AttributeDefinitions=[
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "placedAt", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "placedAt", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="Orders", WaiterConfig=QUICKLY)
    expect(client.describe_table(TableName="Orders")["Table"]["TableStatus"], "ACTIVE")
    expect(client.list_tables()["TableNames"], ["Orders"])


def put_and_get(client):
    item = {
        "customer": {"S": "types"},
        "placedAt": {"S": "2026-01-01"},
        "number": {"N": "-12345678901234567890.123456789012345678"},
        "bytes": {"B": b"\x00\xff\x80"},
        "yes": {"BOOL": True},
        "nothing": {"NULL": True},
        "words": {"SS": ["a", "é"]},
        "numbers": {"NS": ["-1", "2.5"]},
        "blobs": {"BS": [b"\x01", b"\x02\x03"]},
        "list": {"L": [{"S": ""}, {"M": {"__proto__": {"L": []}}}]},
    }
    client.put_item(TableName="Orders", Item=item)
    key = {"customer": {"S": "types"}, "placedAt": {"S": "2026-01-01"}}
    expect(client.get_item(TableName="Orders", Key=key, ConsistentRead=True)["Item"], item)
    absent = {"customer": {"S": "nobody"}, "placedAt": {"S": "never"}}
    expect("Item" in client.get_item(TableName="Orders", Key=absent), False)
    expect_raised(client.exceptions.ResourceNotFoundException, client.get_item, TableName="Absent", Key=key)


def update_with_condition(client):
    update = {
        "TableName": "Orders",
        "Key": {"customer": {"S": "eve"}, "placedAt": {"S": "2026-01-01"}},
        "UpdateExpression": "SET #total = if_not_exists(#total, :zero) + :more",
        "ConditionExpression": "attribute_not_exists(#total)",
        "ExpressionAttributeNames": {"#total": "total"},
        "ExpressionAttributeValues": {":zero": {"N": "0"}, ":more": {"N": "5"}},
        "ReturnValues": "ALL_NEW",
    }
    expect(client.update_item(**update)["Attributes"]["total"], {"N": "5"})
    raised = expect_raised(client.exceptions.ConditionalCheckFailedException, client.update_item, **update)
    expect(raised.response["Error"]["Message"], "The conditional request failed")
    expect(raised.response["ResponseMetadata"]["HTTPStatusCode"], 400)


def batches(client):
    written = client.batch_write_item(RequestItems={"Orders": [{"PutRequest": {"Item": item}} for item in ORDERS]})
    expect(written["UnprocessedItems"], {})
    keys = [{"customer": item["customer"], "placedAt": item["placedAt"]} for item in ORDERS]
    found = client.batch_get_item(RequestItems={"Orders": {"Keys": keys}})
    expect(sorted(found["Responses"]["Orders"], key=lambda item: item["placedAt"]["S"]), ORDERS)


def queries(client):
    prefix = client.query(
        TableName="Orders",
        KeyConditionExpression="customer = :c AND begins_with(placedAt, :p)",
        ExpressionAttributeValues={":c": {"S": "ada"}, ":p": {"S": "2026-1"}},
    )
    expect(prefix["Items"], ORDERS[9:])
    between = client.query(
        TableName="Orders",
        KeyConditionExpression="customer = :c AND placedAt BETWEEN :a AND :b",
        ExpressionAttributeValues={":c": {"S": "ada"}, ":a": {"S": "2026-03"}, ":b": {"S": "2026-05-15"}},
        ScanIndexForward=False,
    )
    expect(between["Items"], ORDERS[4:1:-1])
    pages = client.get_paginator("query").paginate(
        TableName="Orders",
        KeyConditionExpression="customer = :c",
        ExpressionAttributeValues={":c": {"S": "ada"}},
        PaginationConfig={"PageSize": 5},
    )
    expect([item for page in pages for item in page["Items"]], ORDERS)


def scans(client):
    pages = client.get_paginator("scan").paginate(TableName="Orders", PaginationConfig={"PageSize": 4})
    expect(sum(page["Count"] for page in pages), len(ORDERS) + 2)
    filtered = client.scan(
        TableName="Orders",
        FilterExpression="#total > :n",
        ExpressionAttributeNames={"#total": "total"},
        ExpressionAttributeValues={":n": {"N": "100"}},
    )
    expect(filtered["Count"], 2)


def delete(client):
    key = {"customer": {"S": "eve"}, "placedAt": {"S": "2026-01-01"}}
    removed = client.delete_item(TableName="Orders", Key=key, ReturnValues="ALL_OLD")
    expect(removed["Attributes"]["total"], {"N": "5"})
    client.delete_table(TableName="Orders")
    client.get_waiter("table_not_exists").wait(TableName="Orders", WaiterConfig=QUICKLY)
    expect(client.list_tables()["TableNames"], [])


def resource_speaks_python(resource):
    table = resource.create_table(
        TableName="Readings",
        AttributeDefinitions=[
            {"AttributeName": "sensor", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "sensor", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    table.meta.client.get_waiter("table_exists").wait(TableName="Readings", WaiterConfig=QUICKLY)
    item = {
        "sensor": "types",
        "at": Decimal("1"),
        "exact": Decimal("1234567890123456789012345678901234567.8"),
        "bytes": Binary(b"\x00\xff"),
        "words": {"a", "b"},
        "numbers": {Decimal("1"), Decimal("2.5")},
        "list": [None, True, {"deep": []}],
    }
    table.put_item(Item=item, ConditionExpression=Attr("sensor").not_exists())
    expect(table.get_item(Key={"sensor": "types", "at": 1})["Item"], item)
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"sensor": "roof", "at": number - 30, "celsius": Decimal(number) / 4})
    found = table.query(
        KeyConditionExpression=Key("sensor").eq("roof") & Key("at").between(-2, 2),
        FilterExpression=Attr("celsius").gt(7) & ~Attr("absent").exists(),
    )
    expect([int(item["at"]) for item in found["Items"]], [-1, 0, 1, 2])
    expect(found["ScannedCount"], 5)
    table.delete()
    table.meta.client.get_waiter("table_not_exists").wait(TableName="Readings", WaiterConfig=QUICKLY)


def main():
    client = boto3.client("dynamodb", endpoint_url=ENDPOINT, config=CONFIG)
    for step in (create_table, put_and_get, update_with_condition, batches, queries, scans, delete):
        step(client)
        print(step.__name__)
    resource_speaks_python(boto3.resource("dynamodb", endpoint_url=ENDPOINT, config=CONFIG))
    print("all passed")


main()
