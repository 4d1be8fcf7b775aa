"""The analysis server of one approval (ENV-1, ENV-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.tags import Tags, named

ROOT_GB = 100
DATA_DEVICE = "/dev/sdf"


@dataclass(frozen=True)
class AnalysisServerArgs:
    """`data_gb` is the size of the data disk, which can grow later; `stopped` keeps the server from running."""

    image: pulumi.Input[str]
    instance_type: str
    data_gb: int
    subnet_id: pulumi.Input[str]
    group_ids: Sequence[pulumi.Input[str]]
    profile: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    tags: Tags
    stopped: bool = False


class AnalysisServer(pulumi.ComponentResource):
    """One instance without key pair or public address, with encrypted disks, guarded against termination."""

    def __init__(self, name: str, args: AnalysisServerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:analysis:AnalysisServer", name, None, opts)
        inside = pulumi.ResourceOptions(parent=self)
        self.name = name
        self.instance = self._instance(name, args)
        self.volume = aws.ebs.Volume(
            name,
            availability_zone=self.instance.availability_zone,
            size=args.data_gb,
            type="gp3",
            encrypted=True,
            kms_key_id=args.key_arn,
            tags=named(args.tags, f"{name}-data"),
            opts=inside,
        )
        aws.ec2.VolumeAttachment(
            name,
            device_name=DATA_DEVICE,
            instance_id=self.instance.id,
            volume_id=self.volume.id,
            stop_instance_before_detaching=True,
            # A disk is on one instance at a time.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        if args.stopped:
            # Taking this away again starts nothing: whoever lets people in starts the server.
            aws.ec2transitgateway.InstanceState(name, instance_id=self.instance.id, state="stopped", opts=inside)
        self.register_outputs({})

    def _instance(self, name: str, args: AnalysisServerArgs) -> aws.ec2.Instance:
        return aws.ec2.Instance(
            name,
            ami=args.image,
            instance_type=args.instance_type,
            subnet_id=args.subnet_id,
            vpc_security_group_ids=list(args.group_ids),
            iam_instance_profile=args.profile,
            associate_public_ip_address=False,
            disable_api_termination=True,
            force_destroy=True,  # the guard is against people, not against the end of the environment
            metadata_options=aws.ec2.InstanceMetadataOptionsArgs(
                http_tokens="required", http_endpoint="enabled", http_put_response_hop_limit=1
            ),
            root_block_device=aws.ec2.InstanceRootBlockDeviceArgs(
                volume_size=ROOT_GB,
                volume_type="gp3",
                encrypted=True,
                kms_key_id=args.key_arn,
                delete_on_termination=True,
                tags=named(args.tags, f"{name}-root"),
            ),
            tags=named(args.tags, name),
            # A newer golden image is for new environments; it must not rebuild one that is in use.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["ami"]),
        )
