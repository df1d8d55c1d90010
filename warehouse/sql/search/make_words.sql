-- The words themselves, of title and text. They come folded and parted by blanks; the tokenizer takes
-- whatever is beyond ASCII for a letter.
CREATE VIRTUAL TABLE words USING fts5(title, body, content = '', tokenize = 'ascii')
