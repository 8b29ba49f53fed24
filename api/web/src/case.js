// A case is read on a phone with a bad signal: only what its few buttons need, none of what forms need.
import './signal.js';   // before buttons.js: a form that is held has not left
import './buttons.js';
import './kept.js';
