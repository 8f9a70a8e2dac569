using System;
using System.Collections.Generic;
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

    [Fact]
    public void Every_method_of_ours_in_the_order_of_native_builds_exists()
    {
        var methods = Ours.SelectMany(static assembly => assembly.GetTypes().SelectMany(type => NamesOf(assembly, type))).ToHashSet(StringComparer.Ordinal);
        var ordered = File.ReadLines(Sources.Path("Shell/Console/fairlead.order")).Where(static line => line.StartsWith("Fairlead_", StringComparison.Ordinal)).Select(WithoutArguments).ToList();
        Assert.NotEmpty(ordered);
        var gone = ordered.Where(name => !methods.Contains(name) && !methods.Contains(Overload().Replace(name, ""))).ToList();
        Assert.True(gone.Count == 0, $"no method has the names {string.Join(", ", gone)}: make fairlead.order and fairlead.mibc anew with Shell/Benchmarks/run.sh profile");
    }

    /// <summary>As the native compiler names symbols: assembly, type and method, with an underscore for what a symbol cannot have.</summary>
    private static IEnumerable<string> NamesOf(Assembly assembly, Type type)
    {
        var of = Symbol().Replace($"{assembly.GetName().Name}_{type.FullName}", "_");
        return type.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OfType<MethodBase>()
            .Select(method => $"{of}__{Symbol().Replace(method.Name, "_")}");
    }

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
    private static partial Regex Symbol();

    [GeneratedRegex("_[0-9]+$")]
    private static partial Regex Overload();
}
