"""Runs a GStreamer pipeline whose compositor pads move at given moments.

Usage: gstreamer.py --check | gstreamer.py room.json
`--check` prints the version when everything needed is there, and fails when it is not.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstController", "1.0")
from gi.repository import Gst, GstController  # noqa: E402

NEEDED = (
    "compositor audiomixer videorate audioconvert audioresample x264enc avenc_aac h264parse mp4mux "
    "matroskademux qtdemux vp8dec avdec_h264 opusdec"
).split()


def check():
    missing = [name for name in NEEDED if Gst.ElementFactory.find(name) is None]
    if missing:
        sys.exit("missing elements: " + " ".join(missing))
    print(Gst.version_string())


def control(pad, steps):
    for name, field in (("xpos", "x"), ("ypos", "y"), ("width", "width"), ("height", "height"), ("alpha", "alpha")):
        source = GstController.InterpolationControlSource()
        source.set_property("mode", GstController.InterpolationMode.NONE)
        pad.add_control_binding(GstController.DirectControlBinding.new_absolute(pad, name, source))
        for step in steps:
            source.set(round(step["seconds"] * Gst.SECOND), step[field])


def run(room):
    pipeline = Gst.parse_launch(room["pipeline"])
    compositor = pipeline.get_by_name("pictures")
    for pad in room["pads"]:
        found = compositor.get_static_pad(pad["name"])
        if found is not None:
            control(found, pad["steps"])
    for offset in room["offsets"]:
        queue = pipeline.get_by_name(offset["queue"])
        queue.get_static_pad("src").set_offset(round(offset["seconds"] * Gst.SECOND))
    pipeline.set_state(Gst.State.PLAYING)
    wanted = Gst.MessageType.EOS | Gst.MessageType.ERROR
    message = pipeline.get_bus().timed_pop_filtered(Gst.CLOCK_TIME_NONE, wanted)
    pipeline.set_state(Gst.State.NULL)
    if message.type == Gst.MessageType.ERROR:
        error, detail = message.parse_error()
        sys.exit(f"{error.message}\n{detail}")


Gst.init(None)
if sys.argv[1] == "--check":
    check()
else:
    with open(sys.argv[1], encoding="utf-8") as file:
        run(json.load(file))
