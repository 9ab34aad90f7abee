"""Movies, image sequences and disparity, in and out: the only home of FFmpeg (`av`) and OpenEXR.

Reading starts at `open.open_frames`, `open.open_disparity` and `open.probe`.
"""
