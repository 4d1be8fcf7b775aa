"""Instances and their volumes."""

from __future__ import annotations

import zlib
from typing import Any

from provisioning.offline.calls import Calls
from provisioning.offline.handlers.base import Handler, Values, handler, present, tag_dict, tag_list, unless_gone
from provisioning.offline.handlers.ec2_tags import arn, find_by_tags, settle_tags, shown_tags, tag_filters

_GONE_STATES = ("terminated", "shutting-down")


@handler
class Instance(Handler):
    """One instance in a subnet, with its root disk."""

    type = "aws:ec2/instance:Instance"
    replace = frozenset(
        {
            "ami",
            "subnetId",
            "keyName",
            "privateIp",
            "associatePublicIpAddress",
            "availabilityZone",
            "rootBlockDevice.encrypted",
            "rootBlockDevice.kmsKeyId",
        }
    )

    def create(self, calls: Calls, inputs: Values) -> str:
        image = calls.ec2.describe_images(ImageIds=[inputs["ami"]])["Images"][0]
        root = inputs.get("rootBlockDevice") or {}
        tags = {"instance": tag_list(inputs.get("tags")), "volume": tag_list(root.get("tags"))}
        network = present(
            DeviceIndex=0,
            SubnetId=inputs["subnetId"],
            Groups=inputs.get("vpcSecurityGroupIds"),
            AssociatePublicIpAddress=inputs.get("associatePublicIpAddress"),
            PrivateIpAddress=inputs.get("privateIp"),
        )
        profile = inputs.get("iamInstanceProfile")
        made = calls.ec2.run_instances(
            ImageId=inputs["ami"],
            InstanceType=inputs["instanceType"],
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[network],
            BlockDeviceMappings=[_root_disk(image["RootDeviceName"], root)],
            TagSpecifications=[{"ResourceType": kind, "Tags": list} for kind, list in tags.items() if list],
            **present(
                MetadataOptions=_metadata(inputs.get("metadataOptions")),
                UserData=inputs.get("userData"),
                KeyName=inputs.get("keyName"),
                EbsOptimized=inputs.get("ebsOptimized"),
                IamInstanceProfile={"Name": profile} if profile else None,
            ),
        )
        return str(made["Instances"][0]["InstanceId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        # moto forgets this flag when it is given at launch.
        guarded = bool(inputs.get("disableApiTermination", False))
        calls.ec2.modify_instance_attribute(InstanceId=id, DisableApiTermination={"Value": guarded})
        if old is None:
            return
        if inputs["instanceType"] != old.get("instanceType"):
            _resize(calls, id, inputs["instanceType"])
        if inputs.get("vpcSecurityGroupIds") != old.get("vpcSecurityGroupIds"):
            calls.ec2.modify_instance_attribute(InstanceId=id, Groups=inputs["vpcSecurityGroupIds"])
        if inputs.get("metadataOptions"):
            calls.ec2.modify_instance_metadata_options(InstanceId=id, **(_metadata(inputs["metadataOptions"]) or {}))
        _settle_root(calls, id, inputs.get("rootBlockDevice") or {}, old.get("rootBlockDevice") or {})
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        reservations = calls.ec2.describe_instances(InstanceIds=[id])["Reservations"]
        instance = reservations[0]["Instances"][0] if reservations else None
        if instance is None or instance["State"]["Name"] in _GONE_STATES:
            return None
        guarded = calls.ec2.describe_instance_attribute(InstanceId=id, Attribute="disableApiTermination")
        options = instance.get("MetadataOptions", {})
        profile = instance.get("IamInstanceProfile", {}).get("Arn", "")
        interface = instance["NetworkInterfaces"][0]
        shown = {
            "arn": arn(calls, "instance", id),
            "ami": instance["ImageId"],
            "instanceType": instance["InstanceType"],
            "instanceState": instance["State"]["Name"],
            "availabilityZone": instance["Placement"]["AvailabilityZone"],
            "subnetId": instance["SubnetId"],
            "privateIp": instance["PrivateIpAddress"],
            "privateDns": instance.get("PrivateDnsName"),
            "publicIp": instance.get("PublicIpAddress", ""),
            "keyName": instance.get("KeyName"),
            "iamInstanceProfile": profile.rpartition("/")[2] or None,
            "vpcSecurityGroupIds": sorted(group["GroupId"] for group in interface["Groups"]),
            "disableApiTermination": guarded["DisableApiTermination"]["Value"],
            "metadataOptions": {
                "httpTokens": options.get("HttpTokens"),
                "httpEndpoint": options.get("HttpEndpoint"),
                "httpPutResponseHopLimit": options.get("HttpPutResponseHopLimit"),
            },
            "rootBlockDevice": _shown_root(calls, instance),
            "primaryNetworkInterfaceId": interface["NetworkInterfaceId"],
            **shown_tags(instance),
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            if inputs.get("forceDestroy"):
                calls.ec2.modify_instance_attribute(InstanceId=id, DisableApiTermination={"Value": False})
            calls.ec2.terminate_instances(InstanceIds=[id])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        reservations = calls.ec2.describe_instances(Filters=tag_filters(inputs))["Reservations"]
        found = [item for each in reservations for item in each["Instances"]]
        alive = [item for item in found if item["State"]["Name"] not in _GONE_STATES]
        return find_by_tags(alive, "InstanceId", inputs)


@handler
class Volume(Handler):
    """An EBS volume; it grows in place."""

    type = "aws:ebs/volume:Volume"
    replace = frozenset({"availabilityZone", "encrypted", "kmsKeyId", "snapshotId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        made = calls.ec2.create_volume(
            AvailabilityZone=inputs["availabilityZone"],
            TagSpecifications=[{"ResourceType": "volume", "Tags": tag_list(inputs["tags"])}],
            **present(
                Size=inputs.get("size"),
                VolumeType=inputs.get("type"),
                Encrypted=inputs.get("encrypted"),
                KmsKeyId=inputs.get("kmsKeyId"),
                Iops=inputs.get("iops"),
                Throughput=inputs.get("throughput"),
            ),
        )
        return str(made["VolumeId"])

    def settle(self, calls: Calls, id: str, inputs: Values, old: Values | None) -> None:
        if old is not None and any(inputs.get(key) != old.get(key) for key in ("size", "type", "iops", "throughput")):
            calls.ec2.modify_volume(
                VolumeId=id,
                **present(
                    Size=inputs.get("size"),
                    VolumeType=inputs.get("type"),
                    Iops=inputs.get("iops"),
                    Throughput=inputs.get("throughput"),
                ),
            )
        settle_tags(calls, id, inputs, old)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        volume = calls.ec2.describe_volumes(VolumeIds=[id])["Volumes"][0]
        shown = {
            "arn": arn(calls, "volume", id),
            "availabilityZone": volume["AvailabilityZone"],
            "size": volume["Size"],
            "type": volume["VolumeType"],
            "encrypted": volume["Encrypted"],
            "kmsKeyId": volume.get("KmsKeyId"),
            **shown_tags(volume),
        }
        return {key: value for key, value in shown.items() if value is not None}

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        with unless_gone():
            calls.ec2.delete_volume(VolumeId=id)

    def find(self, calls: Calls, inputs: Values) -> str | None:
        return find_by_tags(calls.ec2.describe_volumes(Filters=tag_filters(inputs))["Volumes"], "VolumeId", inputs)


@handler
class VolumeAttachment(Handler):
    """A volume on an instance."""

    type = "aws:ec2/volumeAttachment:VolumeAttachment"
    replace = frozenset({"deviceName", "instanceId", "volumeId"})

    def create(self, calls: Calls, inputs: Values) -> str:
        calls.ec2.attach_volume(
            Device=inputs["deviceName"], InstanceId=inputs["instanceId"], VolumeId=inputs["volumeId"]
        )
        return _attachment_id(inputs)

    def read(self, calls: Calls, id: str, inputs: Values) -> dict[str, Any] | None:
        for attachment in calls.ec2.describe_volumes(VolumeIds=[inputs["volumeId"]])["Volumes"][0]["Attachments"]:
            if attachment["InstanceId"] == inputs["instanceId"]:
                return {
                    "deviceName": attachment["Device"],
                    "instanceId": attachment["InstanceId"],
                    "volumeId": inputs["volumeId"],
                }
        return None

    def delete(self, calls: Calls, id: str, inputs: Values) -> None:
        if self.find(calls, inputs):
            # moto crashes when the instance is left out.
            calls.ec2.detach_volume(VolumeId=inputs["volumeId"], InstanceId=inputs["instanceId"])

    def find(self, calls: Calls, inputs: Values) -> str | None:
        with unless_gone():
            return _attachment_id(inputs) if self.read(calls, "", inputs) else None
        return None


def _attachment_id(inputs: Values) -> str:
    text = f"{inputs['deviceName']}-{inputs['instanceId']}-{inputs['volumeId']}-"
    return f"vai-{zlib.crc32(text.encode())}"


def _metadata(options: Values | None) -> dict[str, Any] | None:
    if options is None:
        return None
    return present(
        HttpTokens=options.get("httpTokens"),
        HttpEndpoint=options.get("httpEndpoint"),
        HttpPutResponseHopLimit=options.get("httpPutResponseHopLimit"),
    )


def _root_disk(device: str, disk: Values) -> dict[str, Any]:
    settings = present(
        VolumeSize=disk.get("volumeSize"),
        VolumeType=disk.get("volumeType"),
        Encrypted=disk.get("encrypted"),
        KmsKeyId=disk.get("kmsKeyId"),
        DeleteOnTermination=disk.get("deleteOnTermination", True),
    )
    return {"DeviceName": device, "Ebs": settings}


def _shown_root(calls: Calls, instance: Values) -> dict[str, Any] | None:
    for mapping in instance.get("BlockDeviceMappings", []):
        if mapping["DeviceName"] == instance.get("RootDeviceName"):
            volume = calls.ec2.describe_volumes(VolumeIds=[mapping["Ebs"]["VolumeId"]])["Volumes"][0]
            return {
                "volumeId": volume["VolumeId"],
                "volumeSize": volume["Size"],
                "volumeType": volume["VolumeType"],
                "encrypted": volume["Encrypted"],
                "kmsKeyId": volume.get("KmsKeyId"),
                "deleteOnTermination": mapping["Ebs"].get("DeleteOnTermination", True),
                "tags": tag_dict(volume.get("Tags")),
            }
    return None


def _settle_root(calls: Calls, id: str, disk: Values, old: Values) -> None:
    """Bring the root disk's size, type and tags to what is wanted."""
    instance = calls.ec2.describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]
    shown = _shown_root(calls, instance)
    if shown is None:
        return
    if any(disk.get(key, shown[key]) != shown[key] for key in ("volumeSize", "volumeType")):
        calls.ec2.modify_volume(
            VolumeId=shown["volumeId"], **present(Size=disk.get("volumeSize"), VolumeType=disk.get("volumeType"))
        )
    settle_tags(calls, shown["volumeId"], disk, old)


def _resize(calls: Calls, id: str, instance_type: str) -> None:
    """Like the provider: stop, change, start."""
    calls.ec2.stop_instances(InstanceIds=[id])
    calls.ec2.modify_instance_attribute(InstanceId=id, InstanceType={"Value": instance_type})
    calls.ec2.start_instances(InstanceIds=[id])
