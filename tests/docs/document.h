#ifndef PINMETRICS_TESTS_DOCS_DOCUMENT_H_
#define PINMETRICS_TESTS_DOCS_DOCUMENT_H_

#include <map>
#include <string>

namespace pinmetrics {

/// The parts of a document that are made from something else, by name. In the document each stands
/// between the lines `<!-- begin NAME -->` and `<!-- end NAME -->`.
using DocumentParts = std::map<std::string, std::string>;

/// The file, by its path from the project's root; a failure if it cannot be read.
std::string ReadProjectFile(const std::string& path);

/// A failure unless the document has exactly these parts, word for word. With the environment
/// variable PINMETRICS_UPDATE_DOCS set, writes them into it instead.
void ExpectParts(const std::string& path, const DocumentParts& parts);

/// `text` as a block of code in Markdown.
std::string CodeBlock(const std::string& language, const std::string& text);

/// What a program prints on standard output, line ends as LF; a failure if it does not end with 0.
std::string OutputOf(const std::string& command);

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_DOCS_DOCUMENT_H_
