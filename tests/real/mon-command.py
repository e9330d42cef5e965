"""Sends one command to a Ceph monitor: python mon-command.py CONFIGURATION JSON."""

import os
import sys

import rados

configuration, command = sys.argv[1:]
cluster = rados.Rados(conffile=configuration, name="client.admin")
cluster.connect(timeout=20)
code, _, words = cluster.mon_command(command, b"")
sys.stderr.write(words)
sys.stderr.flush()
# Without taking leave of the cluster, which takes a second.
os._exit(0 if code == 0 else 1)
