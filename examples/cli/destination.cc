#include "examples/cli/destination.h"

#include <string>
#include <string_view>
#include <utility>

#include "examples/cli/answer_output.h"
#include "examples/cli/terminal_text.h"
#include "pinmetrics/export/csvw.h"

namespace pinmetrics::cli {
namespace {

/// Opens an output that is none of the inputs.
absl::Status OpenOutput(const std::string& name, const InputFiles* inputs,
                        std::optional<OutputFile>& output) {
  if (inputs != nullptr && inputs->HaveOneAt(name)) {
    return absl::InvalidArgumentError("--output: " + Quoted(name) +
                                      " is an input, expected another file");
  }
  absl::StatusOr<OutputFile> file = OutputFile::Create(name);
  if (!file.ok()) return file.status();
  output.emplace(*std::move(file));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Destination> Destination::Open(const Options& options, const InputFiles* inputs,
                                              std::ostream& out) {
  Destination destination(options, out);
  if (options.output.empty()) return destination;
  absl::Status status = OpenOutput(options.output, inputs, destination.file_);
  if (status.ok() && options.csv_metadata) {
    const std::string description = CsvwFileName(options.output);
    if (LeadToOneFile(options.output, description)) {
      return absl::InvalidArgumentError("--csv-metadata: " + Quoted(description) +
                                        " leads to the file of --output, expected another one");
    }
    status = OpenOutput(description, inputs, destination.description_);
  }
  if (!status.ok()) return status;
  return destination;
}

absl::Status Destination::Write(const Answer& answer, std::size_t width) {
  return file_ ? WriteToFiles(answer, width) : WriteToStandardOutput(answer, width);
}

absl::Status Destination::WriteToStandardOutput(const Answer& answer, std::size_t width) {
  const auto state = [this] {
    return out_->good() ? absl::OkStatus()
                        : absl::UnavailableError("standard output: cannot be written");
  };
  absl::Status status = WriteAnswer(answer, *options_, width, [&](std::string_view bytes) {
    out_->write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return state();
  });
  if (!status.ok()) return status;
  out_->flush();
  return state();
}

absl::Status Destination::WriteToFiles(const Answer& answer, std::size_t width) {
  absl::Status status = WriteAnswer(answer, *options_, width,
                                    [this](std::string_view bytes) { return file_->Write(bytes); });
  if (status.ok() && description_) {
    const absl::StatusOr<std::string> text = DescribeAnswer(answer, *options_);
    status = text.ok() ? description_->Write(*text) : text.status();
    if (status.ok()) status = description_->Commit();
  }
  return status.ok() ? file_->Commit() : status;
}

}  // namespace pinmetrics::cli
