"""The panel: see the defocus, click to focus, key the rack. Logic is Qt-free; widgets are thin views of it."""
