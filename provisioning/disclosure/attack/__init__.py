"""The attack on masked tables (PUB-21, PUB-22): what can be worked out from what stays visible; pure."""
