// Every page works without this file; with it, drafts save themselves, photos upload on selection and fields follow their conditions.
import './drafts.js';
import './dates.js';
import './uploads.js';
import './conditions.js';
import './steps.js';
import './buttons.js';
import './rows.js';
import './look.js';
