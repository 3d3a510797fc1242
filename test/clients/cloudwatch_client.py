"""boto3's CloudWatch client against the server whose endpoint is the first argument. Run by cloudwatch.test.ts.

The table Written has been written to, Orders has throttled a request; the first thing that is wrong ends the script with a traceback.
"""

import sys
from datetime import datetime, timedelta, timezone

import boto3

ENDPOINT = sys.argv[1]


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def main():
    client = boto3.client("cloudwatch", endpoint_url=ENDPOINT)
    now = datetime.now(timezone.utc)
    metric = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ConsumedWriteCapacityUnits",
        "Dimensions": [{"Name": "TableName", "Value": "Written"}],
    }
    found = client.list_metrics(MetricName="ConsumedWriteCapacityUnits", Dimensions=metric["Dimensions"])["Metrics"]
    expect(found, [metric])
    hour = {"StartTime": now - timedelta(minutes=30), "EndTime": now + timedelta(minutes=30)}
    points = client.get_metric_statistics(**metric, **hour, Period=3600, Statistics=["Sum", "SampleCount"])["Datapoints"]
    expect([(point["Sum"], point["SampleCount"], point["Unit"]) for point in points], [(3.0, 3.0, "Count")])
    expect(isinstance(points[0]["Sum"], float), True)
    expect(points[0]["Timestamp"].tzinfo is not None, True)

    throttled = {**metric, "MetricName": "ThrottledRequests", "Dimensions": [{"Name": "TableName", "Value": "Orders"}]}
    points = client.get_metric_statistics(**throttled, **hour, Period=3600, Statistics=["Sum"])["Datapoints"]
    expect([(point["Sum"], point["Unit"]) for point in points], [(1.0, "Count")])

    query = {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}
    total = {"Id": "twice", "Expression": "m1 * 2", "Label": "twice"}
    pages = client.get_paginator("get_metric_data").paginate(MetricDataQueries=[query, total], **hour)
    expect(sum(value for page in pages for result in page["MetricDataResults"] for value in result["Values"]), 6.0)

    alarm = {**metric, "AlarmName": "boto", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    client.put_metric_alarm(**alarm, Threshold=2.5, ComparisonOperator="GreaterThanThreshold")
    described = client.describe_alarms(AlarmNames=["boto"])["MetricAlarms"][0]
    expect((described["Threshold"], described["Period"], described["ActionsEnabled"]), (2.5, 60, True))
    expect(described["Dimensions"], metric["Dimensions"])
    client.set_alarm_state(AlarmName="boto", StateValue="ALARM", StateReason="a drill")
    client.delete_alarms(AlarmNames=["boto"])
    summaries = [item["HistorySummary"] for item in client.describe_alarm_history(AlarmName="boto")["AlarmHistoryItems"]]
    expect(summaries[-3:], ['Alarm "boto" deleted', "Alarm updated from INSUFFICIENT_DATA to ALARM", 'Alarm "boto" created'])
    try:
        client.delete_alarms(AlarmNames=["boto"])
        raise AssertionError("expected ResourceNotFound")
    except client.exceptions.ResourceNotFound as raised:
        expect(raised.response["Error"]["Code"], "ResourceNotFound")
        expect(raised.response["ResponseMetadata"]["HTTPStatusCode"], 404)
    print("all passed")


main()
