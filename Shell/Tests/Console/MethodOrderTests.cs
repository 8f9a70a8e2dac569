using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Fairlead.Http1;
using Fairlead.Proxy;

namespace Fairlead.Shell.Tests.Console;

/// <summary>
/// The native compiler passes over a name in <c>fairlead.order</c> that no method has, and says nothing: a method renamed, or a state machine that got another number because a member was added before
/// it, would lose its place. The profile beside it, <c>fairlead.mibc</c>, is made with it.
/// </summary>
public sealed partial class MethodOrderTests
{
    private static readonly Assembly[] Ours = [typeof(FieldNames).Assembly, typeof(Server).Assembly];

    private static readonly List<string> Ordered = [.. File.ReadLines(Sources.Path("Shell/Console/fairlead.order"))];

    [Fact]
    public void Every_method_of_ours_in_the_order_of_native_builds_exists()
    {
        var methods = Ours.SelectMany(static assembly => assembly.GetTypes().SelectMany(MethodsOf)).ToHashSet(StringComparer.Ordinal);
        AssertAllExist(methods, Ordered.Where(static line => line.StartsWith("Fairlead_", StringComparison.Ordinal)).Select(WithoutArguments));
    }

    /// <summary>Also those that are arguments of the runtime's methods.</summary>
    [Fact]
    public void Every_state_machine_of_ours_in_it_exists()
    {
        var types = Ours.SelectMany(static assembly => assembly.GetTypes().Select(SymbolOf)).ToHashSet(StringComparer.Ordinal);
        AssertAllExist(types, Ordered.SelectMany(static line => StateMachine().Matches(line).Select(static match => match.Value)));
    }

    private static void AssertAllExist(HashSet<string> all, IEnumerable<string> named)
    {
        var names = named.Distinct().ToList();
        Assert.NotEmpty(names);
        var gone = names.Where(name => !all.Contains(name)).ToList();
        Assert.True(gone.Count == 0, $"nothing has the names {string.Join(", ", gone)}: make fairlead.order and fairlead.mibc anew with Shell/Benchmarks/run.sh profile");
    }

    /// <summary>As the native compiler names symbols: assembly, type and method, with an underscore for what a symbol cannot have; overloads but one have a number behind.</summary>
    private static IEnumerable<string> MethodsOf(Type type) =>
        type.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OfType<MethodBase>()
            .GroupBy(static method => NotInSymbols().Replace(method.Name, "_"))
            .SelectMany(overloads => overloads.Select((_, i) => $"{SymbolOf(type)}__{overloads.Key}{(i == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{i - 1}"))}"));

    private static string SymbolOf(Type type) => NotInSymbols().Replace($"{type.Assembly.GetName().Name}_{type.FullName}", "_");

    private static string WithoutArguments(string name)
    {
        var depth = 0;
        return string.Concat(name.Where(c =>
        {
            depth += c == '<' ? 1 : 0;
            var isKept = depth == 0;
            depth -= c == '>' ? 1 : 0;
            return isKept;
        }));
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInSymbols();

    [GeneratedRegex("Fairlead_(?:(?!__Fairlead_)[A-Za-z0-9_])*?_d__[0-9]+")]
    private static partial Regex StateMachine();
}
