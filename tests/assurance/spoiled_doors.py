"""Ways to share, to pass on, and to open what lies beside networks and identities."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.assurance.conftest import Site
from tests.assurance.mutations import MUTATIONS, open_to, red

DOORS = MUTATIONS
STRANGER = "888888888888"


@contextmanager
def image_of_the_server(site: Site, tagged: bool) -> Iterator[str]:
    ec2, server = site.client("ec2"), site.one["serverInstanceId"]
    tags = [{"ResourceType": "image", "Tags": [{"Key": "hic:approval", "Value": site.approval}]}] if tagged else []
    made = ec2.create_image(InstanceId=server, Name="copy", TagSpecifications=tags)["ImageId"]
    copies = [
        mapping["Ebs"]["SnapshotId"]
        for mapping in ec2.describe_images(ImageIds=[made])["Images"][0]["BlockDeviceMappings"]
        if "SnapshotId" in mapping.get("Ebs", {})
    ]
    yield made
    ec2.deregister_image(ImageId=made)
    for known in copies:
        ec2.delete_snapshot(SnapshotId=known)


@red("R51")
def an_image_of_the_server_shared(site: Site) -> Iterator[None]:
    with image_of_the_server(site, tagged=True) as known:
        shared = {"Add": [{"UserId": STRANGER}]}
        site.client("ec2").modify_image_attribute(ImageId=known, LaunchPermission=shared)
        yield


@red("R51")
def an_image_without_a_tag_for_everybody(site: Site) -> Iterator[None]:
    with image_of_the_server(site, tagged=False) as known:
        site.client("ec2").modify_image_attribute(ImageId=known, LaunchPermission={"Add": [{"Group": "all"}]})
        yield


@red("R4")
def a_copy_of_a_copy_shared(site: Site) -> Iterator[None]:
    ec2 = site.client("ec2")
    first = ec2.create_snapshot(VolumeId=site.one["dataVolumeId"])["SnapshotId"]
    second = ec2.copy_snapshot(SourceSnapshotId=first, SourceRegion=site.aws.region)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=second, Attribute="createVolumePermission", OperationType="add", UserIds=[STRANGER]
    )
    ec2.delete_snapshot(SnapshotId=first)
    yield
    ec2.delete_snapshot(SnapshotId=second)


@red("R52")
def backups_for_everybody(site: Site) -> Iterator[None]:
    backup, name = site.client("backup"), f"hic-{site.approval.lower()}"
    policy = json.dumps(open_to("backup:CopyFromBackupVault", "*"))
    backup.put_backup_vault_access_policy(BackupVaultName=name, Policy=policy)
    yield
    backup.delete_backup_vault_access_policy(BackupVaultName=name)


@red("R53")
def another_door_to_the_bucket(site: Site) -> Iterator[None]:
    doors, account = site.client("s3control"), site.aws.account
    doors.create_access_point(AccountId=account, Name="more", Bucket=site.bucket)
    yield
    doors.delete_access_point(AccountId=account, Name="more")


@red("R54")
def logs_passed_on_to_a_stranger(site: Site) -> Iterator[None]:
    logs, name = site.client("logs"), f"/hic/{site.approval}/server"
    stream = site.client("kinesis")
    stream.create_stream(StreamName="out", ShardCount=1)
    arn = stream.describe_stream(StreamName="out")["StreamDescription"]["StreamARN"]
    logs.put_subscription_filter(logGroupName=name, filterName="f", filterPattern="", destinationArn=arn)
    yield
    logs.delete_subscription_filter(logGroupName=name, filterName="f")
    stream.delete_stream(StreamName="out")


@red("R54")
def all_logs_of_the_account_passed_on(site: Site) -> Iterator[None]:
    logs = site.client("logs")
    known = {"policyName": "all", "policyType": "SUBSCRIPTION_FILTER_POLICY"}
    logs.put_account_policy(**known, policyDocument=json.dumps({"DestinationArn": f"arn:aws:logs:::{STRANGER}"}))
    yield
    logs.delete_account_policy(**known)


@red("R40")
def calls_on_the_bucket_logged_elsewhere(site: Site) -> Iterator[None]:
    s3, bucket, other = site.client("s3"), site.bucket, "hic-logs-of-somebody"
    before = s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]
    s3.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": site.aws.region})
    delivery = open_to("s3:PutObject", f"arn:aws:s3:::{other}/*")
    delivery["Statement"][0]["Principal"] = {"Service": "logging.s3.amazonaws.com"}
    s3.put_bucket_policy(Bucket=other, Policy=json.dumps(delivery))
    for target in (other, before["TargetBucket"]):
        wanted = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": before["TargetPrefix"]}}
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=wanted)
        if target == other:
            yield
    for left in s3.list_objects_v2(Bucket=other).get("Contents", ()):
        s3.delete_object(Bucket=other, Key=left["Key"])
    s3.delete_bucket(Bucket=other)
