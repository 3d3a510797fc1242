"""boto3 against a table whose write units are used up. Run by throttling.test.ts and throttled-batches.test.ts.

Arguments: what to do (refused, batches), the endpoint of the server and the table. The first thing that is wrong ends the script with a traceback.
"""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config

STEP, ENDPOINT, TABLE = sys.argv[1:]
MESSAGE = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
REASON = {
    "reason": "TableWriteProvisionedThroughputExceeded",
    "resource": f"arn:aws:dynamodb:us-east-1:123456789012:table/{TABLE}",
}


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def refused():
    """A put without and one with a second try, both throttled. Prints how many answers were a throttle."""
    tries = 0
    for retries in (0, 1):
        config = Config(retries={"mode": "legacy", "max_attempts": retries})
        client = boto3.client("dynamodb", endpoint_url=ENDPOINT, config=config)
        try:
            client.put_item(TableName=TABLE, Item={"pk": {"S": "boto"}})
            raise AssertionError("expected ProvisionedThroughputExceededException")
        except client.exceptions.ProvisionedThroughputExceededException as raised:
            response = raised.response
        expect(response["Error"]["Code"], "ProvisionedThroughputExceededException")
        expect(response["Error"]["Message"], MESSAGE)
        expect(response["ResponseMetadata"]["HTTPStatusCode"], 400)
        expect(response["ResponseMetadata"]["RetryAttempts"], retries)
        # Models of before 2025 do not know the reasons, and their clients leave them out.
        known = client.meta.service_model.shape_for("ProvisionedThroughputExceededException").members
        if "ThrottlingReasons" in known:
            expect(response["ThrottlingReasons"], [REASON])
        tries += retries + 1
    print("refused", tries)


def advance_clock(**_):
    """Before each batch a second passes, as if batch_writer waited."""
    body = json.dumps({"byMs": 1000}).encode()
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{ENDPOINT}/_stator/clock/advance", body, headers)).close()


def batches():
    """batch_writer sends again what was not processed, until everything is written. Prints how many batches that took."""
    sent = []
    resource = boto3.resource("dynamodb", endpoint_url=ENDPOINT, config=Config(retries={"max_attempts": 0}))
    events = resource.meta.client.meta.events
    events.register("before-call.dynamodb.BatchWriteItem", advance_clock)
    events.register("after-call.dynamodb.BatchWriteItem", lambda parsed, **_: sent.append(parsed))
    table = resource.Table(TABLE)
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": f"boto {number}"})
    expect(any(parsed["UnprocessedItems"] for parsed in sent), True)
    print("batches", len(sent))


{"refused": refused, "batches": batches}[STEP]()
