// Every page works without this file; with it, drafts save themselves, photos upload on selection and fields follow their conditions.
import './drafts.js';
import './dates.js';
import './uploads.js';
import './conditions.js';
import './steps.js';
import './signal.js';   // before buttons.js: a form that is held has not left
import './buttons.js';
import './rows.js';
import './look.js';
import './kept.js';
