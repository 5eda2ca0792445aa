#include <algorithm>
#include <functional>
#include <fstream>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

template <class... F> struct overloaded : F... { using F::operator()...; };
template <class... F> overloaded(F...) -> overloaded<F...>;
using value = std::variant<long, double, std::string, std::vector<std::string>>;

static std::map<std::string, std::vector<value>> index_words(std::istream &in)
{
    std::map<std::string, std::vector<value>> index;
    const std::regex word("([[:alpha:]_][[:alnum:]_]*)|([0-9]+)(\\.[0-9]+)?");
    for (std::string line; std::getline(in, line);)
        for (std::sregex_iterator it(line.begin(), line.end(), word), end; it != end; ++it) {
            if ((*it)[1].matched) index[it->str()].push_back(it->position());
            else if ((*it)[3].matched) index["number"].push_back(std::stod(it->str()));
            else index["number"].push_back(std::stol(it->str()));
        }
    return index;
}

int main(int argc, char **argv)
{
    std::vector<std::future<std::map<std::string, std::vector<value>>>> work;
    for (int i = 1; i < argc; i++)
        work.push_back(std::async(std::launch::async, [name = std::string(argv[i])] {
            std::ifstream file(name);
            return index_words(file);
        }));
    std::unordered_map<std::string, std::size_t> sizes;
    std::set<std::tuple<std::size_t, std::string>, std::greater<>> ranked;
    for (auto &w : work)
        for (auto &[name, values] : w.get()) sizes[name] += values.size();
    for (auto &[name, n] : sizes) ranked.emplace(n, name);
    int shown = 0;
    for (const auto &[n, name] : ranked)
        if (shown++ < 20) std::cout << n << " " << name << "\n";
    value v = 3.0;
    std::visit(overloaded{[](long x) { std::cout << x; }, [](double x) { std::cout << x; },
                          [](const auto &x) { std::cout << x.size(); }}, v);
    std::cout << std::accumulate(ranked.begin(), ranked.end(), std::size_t{}, [](auto a, auto &t) { return a + std::get<0>(t); });
}
