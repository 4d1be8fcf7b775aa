"""`python -m provisioning.cli` is `hic`."""

from provisioning.cli.main import main

main()
