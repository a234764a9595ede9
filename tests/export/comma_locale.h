#ifndef PINMETRICS_TESTS_EXPORT_COMMA_LOCALE_H_
#define PINMETRICS_TESTS_EXPORT_COMMA_LOCALE_H_

#include <clocale>
#include <locale>
#include <sstream>
#include <string>

namespace pinmetrics {

/// While it lives, the process writes 1234.5 as 1.234,5 wherever code asks the locale: C++ streams
/// always, C functions if the system has such a locale.
class CommaLocale {
 public:
  CommaLocale()
      : c_before_(std::setlocale(LC_ALL, nullptr)),
        before_(std::locale::global(std::locale(std::locale::classic(), new Commas))) {
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "nb_NO.UTF-8", "fr_FR.UTF-8"}) {
      if (std::setlocale(LC_ALL, name) != nullptr) break;
    }
  }
  ~CommaLocale() {
    std::locale::global(before_);
    std::setlocale(LC_ALL, c_before_.c_str());
  }
  CommaLocale(const CommaLocale&) = delete;
  CommaLocale& operator=(const CommaLocale&) = delete;

  /// What a stream makes of 1234.5 now.
  static std::string Sample() {
    std::ostringstream out;
    out << 1234.5;
    return out.str();
  }

 private:
  class Commas : public std::numpunct<char> {
   protected:
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };

  std::string c_before_;
  std::locale before_;
};

}  // namespace pinmetrics

#endif  // PINMETRICS_TESTS_EXPORT_COMMA_LOCALE_H_
