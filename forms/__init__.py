"""Rules of forms and official papers (文书). No database."""
