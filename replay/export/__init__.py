"""Plain files from recordings: transcripts, diagnostics, video, evidence.  SPEC.md is the law."""
