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
  const char* format;       ///< The type as text, such as "l" for int64.
  const char* name;         ///< May be null.
  const char* metadata;     ///< Keys with values, in the interface's own encoding; may be null.
  int64_t flags;            ///< The flags above, together.
  int64_t n_children;       ///< How many columns a table has.
  ArrowSchema** children;   ///< The types of these; null if there are none.
  ArrowSchema* dictionary;  ///< The type of the values, if the column holds indexes into some.
  void (*release)(ArrowSchema*);  ///< Frees it all and sets itself to null: released.
  void* private_data;             ///< The producer's own.
};

/// The values of a column, or of a table's columns. Their type is told by an `ArrowSchema`.
struct ArrowArray {
  int64_t length;                ///< How many values.
  int64_t null_count;            ///< -1: not counted.
  int64_t offset;                ///< How many values the buffers hold before the first that counts.
  int64_t n_buffers;             ///< How many buffers the type has.
  int64_t n_children;            ///< How many columns a table has.
  const void** buffers;          ///< The first tells which values are null, if any is.
  ArrowArray** children;         ///< The columns of a table; null if there are none.
  ArrowArray* dictionary;        ///< The values, if the column holds indexes into some.
  void (*release)(ArrowArray*);  ///< Frees it all and sets itself to null: released.
  void* private_data;            ///< The producer's own.
};

}  // extern "C"

#endif  // ARROW_C_DATA_INTERFACE

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

extern "C" {

/// Arrays of one type, one after the other. Used by one thread at a time.
struct ArrowArrayStream {
  /// The type of the arrays. Returns 0, or an errno code.
  int (*get_schema)(ArrowArrayStream*, ArrowSchema* out);
  /// The next array; after the last comes one that is released. Returns 0, or an errno code.
  int (*get_next)(ArrowArrayStream*, ArrowArray* out);
  /// What the last error was, or null. Valid until the next call.
  const char* (*get_last_error)(ArrowArrayStream*);
  void (*release)(ArrowArrayStream*);  ///< Frees it all and sets itself to null: released.
  void* private_data;                  ///< The producer's own.
};

}  // extern "C"

#endif  // ARROW_C_STREAM_INTERFACE

#endif  // PINMETRICS_EXPORT_ARROW_ABI_H_
