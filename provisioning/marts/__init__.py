"""Marts: tables made of loaded tables by plain SQL that a researcher can read and change."""
