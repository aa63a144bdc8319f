/* index/common_words: words of English that say nothing about a text. Floor 3. */
#include "index/token_int.h"

#include <string.h>

#include "base/mem.h"

/* Sorted. What may be the point of a ticket ("off", "open", "over", "up", "new") is not among them. */
static const char words[][8] = {
	"a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because",
	"been", "before", "being", "between", "both", "but", "by", "can", "cannot", "could", "d", "did", "do",
	"does", "doing", "don", "during", "each", "either", "few", "for", "from", "further", "had", "has",
	"have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is",
	"it", "its", "itself", "just", "ll", "may", "me", "might", "more", "most", "must", "my", "no", "nor",
	"not", "now", "of", "on", "only", "or", "other", "our", "ours", "own", "re", "s", "same", "shall", "she",
	"should", "so", "some", "such", "t", "than", "that", "the", "their", "theirs", "them", "then",
	"there", "these", "they", "this", "those", "through", "to", "too", "until", "ve", "very", "was", "we",
	"were", "what", "when", "where", "whether", "which", "while", "who", "whom", "why", "will", "with",
	"would", "you", "your", "yours",
};

bool tkt_common_word(const char *word, size_t n)
{
	size_t low = 0, high = TKT_LEN(words);

	if (n >= sizeof words[0])
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(words[middle], word, n);

		if (!order)
			order = words[middle][n] != '\0';
		if (!order)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
