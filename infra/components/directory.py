"""The platform's directory of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.tags import Tags, named


@dataclass(frozen=True)
class ManagedDirectoryArgs:
    """`password` is that of the directory's administrator."""

    domain: str
    password: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    protect: bool
    tags: Tags


class ManagedDirectory(pulumi.ComponentResource):
    """An AWS Managed Microsoft AD over two zones."""

    def __init__(self, name: str, args: ManagedDirectoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hic:people:ManagedDirectory", name, None, opts)
        self.directory = aws.directoryservice.Directory(
            name,
            name=args.domain,
            short_name=args.domain.partition(".")[0].upper(),
            type="MicrosoftAD",
            edition="Standard",
            password=args.password,
            vpc_settings=aws.directoryservice.DirectoryVpcSettingsArgs(
                vpc_id=args.vpc_id, subnet_ids=list(args.subnet_ids)
            ),
            tags=named(args.tags, name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, additional_secret_outputs=["password"]),
        )
        self.register_outputs({})
