using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Fairlead.Tests.Snapshots;

namespace Fairlead.Tests.Purity;

/// <summary>The analyzer says nothing about a ban it cannot resolve, so a typing error would open a hole: each line must name something that exists, and say why.</summary>
public sealed class BannedSymbolTests
{
    public static TheoryData<string> Lines => new(File.ReadAllLines(Path.Combine(Repository.Root, "Core", "BannedSymbols.txt")).Where(static line => line.Length > 0));

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_ban_names_what_exists_and_gives_its_reason(string line)
    {
        Assert.Matches("^[TNMPF]:[^;]+; .{10,}$", line);
        var (kind, name) = (line[0], line[2..].Split(';')[0]);
        var owner = name.Split('(')[0] is var path && path.LastIndexOf('.') is var dot ? path[..dot] : "";
        var found = kind switch
        {
            'N' => Types.Value.Any(type => type.Namespace == name),
            'T' => TypeNamed(name) is not null,
            'P' => TypeNamed(owner)?.GetProperty(name[(owner.Length + 1)..]) is not null,
            'F' => TypeNamed(owner)?.GetField(name[(owner.Length + 1)..]) is not null,
            _ => TypeNamed(owner)?.GetMethods().Any(method => DocumentationName(method) == name) is true,
        };
        Assert.True(found, $"nothing is called {name}");
    }

    private static readonly Lazy<IReadOnlyList<Type>> Types = new(static () =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(static path => Path.GetFileName(path) is { } file && (file.StartsWith("System.", StringComparison.Ordinal) || file is "LanguageExt.Core.dll"))
        .SelectMany(static path => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))).GetExportedTypes())
        .ToList());

    private static Type? TypeNamed(string name) => Types.Value.FirstOrDefault(type => type.FullName == name);

    // As the C# standard's annex D writes methods, as far as the list needs it.
    private static string DocumentationName(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? "``" + method.GetGenericArguments().Length : "";
        var parameters = string.Join(",", method.GetParameters().Select(static parameter => DocumentationName(parameter.ParameterType)));
        return $"{method.DeclaringType!.FullName}.{method.Name}{generic}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }

    private static string DocumentationName(Type type)
    {
        if (type.IsGenericParameter)
            return "``" + type.GenericParameterPosition;
        return type.IsGenericType
            ? $"{type.Namespace}.{type.Name.Split('`')[0]}{{{string.Join(",", type.GetGenericArguments().Select(DocumentationName))}}}"
            : type.FullName!;
    }
}
