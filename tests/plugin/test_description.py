from focuspuller.plugin.description import Context, describe, describe_in_context
from focuspuller.plugin.host import DEPTH, OUTPUT, SOURCE


def test_it_describes_itself_in_openfx_words() -> None:
    described = describe()
    assert described.identifier == "org.focuspuller.bokeh"
    for context in described.contexts:
        clips = {clip.name: clip for clip in describe_in_context(context).clips}
        assert set(clips) == {SOURCE, DEPTH, OUTPUT}
        assert clips[DEPTH].optional
        assert not clips[SOURCE].optional
    parameters = [parameter.name for parameter in describe_in_context(Context.GENERAL).parameters]
    assert parameters == ["focus_distance", "aperture", "focal_length", "near", "far", "quality"]
