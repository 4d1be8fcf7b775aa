"""What exists in AWS: Pulumi programs. No boto3, no click."""
