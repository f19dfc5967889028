# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an application in Python does with the library, through its typelib."""
import json
import math
import sys
import unittest

try:
    import gi
except ImportError:
    print("python3-gi is missing")
    sys.exit(77)
gi.require_version("Gst", "1.0")
gi.require_version("GstScore", "1.0")
from gi.repository import GLib, Gst, GstScore  # noqa: E402

RECORD = {
    "schema": "gst-score/1", "episode_id": "e-1", "status": "scored",
    "objects": ["cup", "shelf"], "options": {"max-frames": 32},
    "samples": [{"index": 0, "stream_time": 0, "progress": 0.25},
                {"index": 1, "stream_time": 10, "progress": 1, "reason": "Done.",
                 "raw_value": -0.5, "success_probability": 0.75}],
}


class Library(unittest.TestCase):
    def setUp(self):
        Gst.init(None)
        self.result = GstScore.Result.new_from_json(json.dumps(RECORD), -1)

    def test_reads_a_record(self):
        self.assertEqual(self.result.get_progress(), 1.0)
        self.assertEqual(self.result.get_objects(), ["cup", "shelf"])
        self.assertEqual(self.result.get_notes(), [])
        self.assertEqual(self.result.get_sample(1).reason, "Done.")
        self.assertEqual(self.result.get_sample(1).raw_value, -0.5)
        self.assertEqual(self.result.get_sample(1).success_probability, 0.75)
        self.assertTrue(math.isnan(self.result.get_sample(0).raw_value))
        self.assertEqual(self.result.get_options().get_value("max-frames"), 32)
        self.assertIsNone(self.result.get_error())
        self.assertTrue(self.result.is_success())

    def test_gives_progress_between_samples(self):
        self.assertEqual(tuple(self.result.get_progress_at(5)), (0.625, True))
        self.assertEqual(tuple(self.result.get_progress_at(10)), (1.0, False))

    def test_writes_what_it_reads(self):
        again = GstScore.Result.new_from_json(self.result.to_json(), -1)
        self.assertEqual(again.to_json(), self.result.to_json())

    def test_errors_have_the_domain(self):
        with self.assertRaises(GLib.Error) as caught:
            GstScore.Result.new_from_json("{}", -1)
        self.assertTrue(caught.exception.matches(
            GstScore.error_quark(), GstScore.Error.BAD_REPLY))

    def test_builds_a_result(self):
        builder = GstScore.ResultBuilder.new("e-2", None)
        builder.set_objects(["drawer"])
        builder.set_error(GLib.Error.new_literal(
            GstScore.error_quark(), "No answer.", GstScore.Error.TIMEOUT))
        result = builder.end()
        self.assertFalse(result.is_scored())
        self.assertTrue(math.isnan(result.get_progress()))
        self.assertEqual(result.get_error().message, "No answer.")

    def test_reads_messages(self):
        message = GstScore.message_new_result(
            None, GstScore.MessageType.EPISODE, self.result)
        self.assertEqual(tuple(GstScore.message_parse_type(message)),
                         (True, GstScore.MessageType.EPISODE))
        back = GstScore.message_parse_result(message)
        self.assertEqual(back.to_json(), self.result.to_json())

    def test_reads_metas_without_the_library(self):
        buffer = Gst.Buffer.new()
        GstScore.meta_add(buffer, "e-1", GstScore.MetaStatus.FINAL, 0.5, False, 7)
        structure = buffer.get_custom_meta(GstScore.META_NAME).get_structure()
        self.assertEqual(structure.get_value("status"), "final")
        self.assertEqual(structure.get_value("progress"), 0.5)


if __name__ == "__main__":
    unittest.main()
