"""What the curve editor and the inspector share: values as text, a field to type them in, small drawn icons."""
