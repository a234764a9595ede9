#ifndef PINMETRICS_EXPORT_ARROW_ABI_H_
#define PINMETRICS_EXPORT_ARROW_ABI_H_

#include <cstdint>

/// The structs of Arrow's C data and C stream interfaces, by which columns go from one library to
/// another in a process: https://arrow.apache.org/docs/format/CDataInterface.html. Their layout is
/// frozen there. Several libraries bring these same definitions, under the same guards, so that
/// whichever comes first counts.
///
/// Who holds a struct calls its `release`, once. A struct whose `release` is null is released:
/// there is nothing in it. A copy of the bytes moves a struct, if the old one's `release` is set to
/// null.

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

/// The type of a column, or of a table: one child for each column.
struct ArrowSchema {
  const char* format;    ///< The type as text, such as "l" for int64.
  const char* name;      ///< May be null.
  const char* metadata;  ///< Keys with values, in the interface's own encoding; may be null.
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;  ///< The type of the values, if the column holds indexes into some.
  void (*release)(ArrowSchema*);
  void* private_data;
};

/// The values of a column, or of a table's columns. Their type is told by an `ArrowSchema`.
struct ArrowArray {
  int64_t length;
  int64_t null_count;  ///< -1: not counted.
  int64_t offset;      ///< How many values the buffers hold before the first that counts.
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

extern "C" {

/// Arrays of one type, one after the other. Used by one thread at a time.
struct ArrowArrayStream {
  /// Both return 0, or an errno code. After the last array comes one that is released.
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  /// What the last error was, or null. Valid until the next call.
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);
  void* private_data;
};

}  // extern "C"

#endif  // ARROW_C_STREAM_INTERFACE

#endif  // PINMETRICS_EXPORT_ARROW_ABI_H_
